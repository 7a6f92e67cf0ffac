// What scripts add to pages that are complete without them: cards in a dialog, forms that answer
// as one changes them, the search key. No inline code, so a strict policy holds.
(function () {
  "use strict";
  var body = document.body;
  var card = document.getElementById("card");
  var told = document.getElementById("told");

  function tell(text) { if (told) { told.textContent = text; } }

  function get(address) {
    return fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  }

  // A figure's card: the link's page, shown over this one, or the shorter one that the link names.
  // Without scripts the link opens it. A link in a drawing keeps its address in an attribute only.
  function explain(link) {
    var full = link.getAttribute("href");
    var place = document.getElementById("card-body");
    place.setAttribute("aria-busy", "true");
    place.textContent = body.dataset.loading;
    if (!card.open) { card.showModal(); }
    get(link.dataset.card || full).then(function (answer) { return answer.text(); }).then(function (html) {
      place.innerHTML = html.replace(/ id="title"/, ' id="card-title" tabindex="-1"');
      var close = document.createElement("button");
      close.type = "button";
      close.className = "ds-button card-close";
      close.dataset.variant = "tertiary";
      close.dataset.close = "card";
      close.setAttribute("aria-label", body.dataset.close);
      close.textContent = "✕";
      place.prepend(close);
      place.querySelectorAll("section[id], [id$='-title']").forEach(function (part) {
        if (part.id !== "card-title") { part.removeAttribute("id"); part.removeAttribute("aria-labelledby"); }
      });
      apart(place);
      place.removeAttribute("aria-busy");
      if (window.htmx) { htmx.process(place); }
      document.dispatchEvent(new CustomEvent("verdikart:content", { detail: place }));
      var title = document.getElementById("card-title");
      if (title) { title.focus(); }
    }).catch(function () { location.assign(full); });
  }

  // An id that the page under the card has too is another one in the card, and what names it follows.
  function apart(place) {
    place.querySelectorAll("[id]").forEach(function (part) {
      var old = part.id;
      if (document.querySelectorAll("#" + CSS.escape(old)).length < 2) { return; }
      part.id = "card-" + old;
      ["aria-labelledby", "aria-describedby", "for", "data-copy"].forEach(function (name) {
        place.querySelectorAll("[" + name + '="' + CSS.escape(old) + '"]').forEach(function (user) { user.setAttribute(name, part.id); });
      });
    });
  }

  document.addEventListener("click", function (event) {
    var plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
    var link = event.target.closest("a.why");
    if (link && card && plain) { event.preventDefault(); explain(link); return; }
    if (event.target.closest("[data-close=card]") || event.target === card) { card.close(); }
    var copy = event.target.closest("[data-copy]");
    if (copy) {
      var text = document.getElementById(copy.dataset.copy);
      // Browsers lend the clipboard to secure addresses only; elsewhere the text is marked.
      if (!navigator.clipboard) { getSelection().selectAllChildren(text); return; }
      navigator.clipboard.writeText(text.textContent.trim())
        .then(function () { tell(body.dataset.copied); copy.dataset.done = body.dataset.copied; });
    }
  });

  // "/" goes to the search field from anywhere but a field.
  document.addEventListener("keydown", function (event) {
    var field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (card && card.open) { card.close(); }
      document.getElementById("find").focus();
    }
  });

  // What a page says of its answer, the most telling first.
  function news(main) {
    return Array.prototype.map.call(main.querySelectorAll(".lead, .empty, .pager > span, section > p, caption"), function (part) { return part.textContent; });
  }

  // Forms that carry their state in the address answer as they are changed. An answer that comes
  // after a further change is dropped: it would put back what was there before the change.
  var waiting;
  var latest = 0;
  function replace(address, keep) {
    var main = document.getElementById("content");
    var mine = latest += 1;
    main.setAttribute("aria-busy", "true");
    return get(address).then(function (answer) {
      return answer.text().then(function (html) {
        if (mine !== latest) { return; }
        if (!answer.ok) { return refused(main, html); }
        var active = document.activeElement && document.activeElement.id;
        var open = Array.prototype.map.call(main.querySelectorAll("details[open] > summary"), function (s) { return s.textContent; });
        var crumbs = main.querySelector(".crumbs");
        var before = news(main);
        main.innerHTML = html;
        if (crumbs) { main.prepend(crumbs); }
        main.querySelectorAll("details > summary").forEach(function (s) {
          if (open.indexOf(s.textContent) >= 0) { s.parentNode.open = true; }
        });
        main.removeAttribute("aria-busy");
        history.replaceState(null, "", address);
        twins(address);
        if (window.htmx) { htmx.process(main); }
        document.dispatchEvent(new CustomEvent("verdikart:content", { detail: main }));
        var field = active && document.getElementById(active);
        if (field) {
          field.focus();
          if (keep !== undefined && field.setSelectionRange && /search|text/.test(field.type)) { field.setSelectionRange(keep, keep); }
        }
        tell(news(main).filter(function (text) { return before.indexOf(text) < 0; })[0] || body.dataset.same);
      });
    }).catch(function () { if (mine === latest) { location.assign(address); } });
  }
  // What cannot be read is said in the form that it was typed in; nothing that was typed is lost.
  function refused(main, html) {
    var told = new DOMParser().parseFromString(html, "text/html").getElementById("fault");
    var form = (document.activeElement && document.activeElement.closest("form[data-live]")) || main.querySelector("form[data-live]");
    var place = form.querySelector(".refused") || form.appendChild(document.createElement("p"));
    place.className = "refused error";
    place.setAttribute("role", "alert");
    place.lang = "en";
    place.textContent = told ? told.textContent : body.dataset.failed;
    main.removeAttribute("aria-busy");
  }
  // The links to twins and to the other language follow the address.
  function twins(address) {
    var query = new URL(address, location).search;
    document.querySelectorAll(".foot a, .languages a").forEach(function (link) {
      var to = new URL(link.href);
      if (link.closest(".languages") || /\.(json|csv)$/.test(to.pathname) || link.dataset.lasting !== undefined) {
        to.search = query;
        link.href = to.href;
      }
    });
  }
  function ask(form) {
    var data = new URLSearchParams();
    var flags = {};
    new FormData(form).forEach(function (value, name) {
      var box = form.querySelector('input[type=checkbox][name="' + name + '"][value="1"]');
      if (box && (value === "0" || value === "1")) { flags[name] = value; return; }
      if (value !== "") { data.append(name, value); }
    });
    Object.keys(flags).forEach(function (name) { data.set(name, flags[name]); });
    var text = data.toString();
    return form.getAttribute("action") + (text ? "?" + text : "");
  }
  function live(event, pause) {
    var form = event.target.closest("form[data-live]");
    if (!form) { return; }
    clearTimeout(waiting);
    latest += 1;
    document.getElementById("content").removeAttribute("aria-busy");
    if (!form.reportValidity()) { return; }
    var at = event.target.selectionEnd;
    waiting = setTimeout(function () { replace(ask(form), at); }, pause);
  }
  document.addEventListener("input", function (event) {
    if (event.target.type === "range") {
      var shown = event.target.parentNode.querySelector("output");
      if (shown) { shown.textContent = body.dataset.lang === "nb" ? event.target.value.replace(".", ",") : event.target.value; }
    }
    if (/search|text/.test(event.target.type)) { live(event, 300); }
  });
  document.addEventListener("change", function (event) {
    if (!/search|text/.test(event.target.type)) { live(event, 60); }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-live]");
    if (form) { event.preventDefault(); clearTimeout(waiting); replace(ask(form)); }
  });

  // How a run stands is told once when it changes, not each time it is asked.
  var said = "";
  document.addEventListener("htmx:afterSettle", function () {
    var now = document.querySelector("[data-said]");
    if (now && now.dataset.said !== said) { said = now.dataset.said; tell(said); }
  });

  // On a telephone the menu starts closed; printing opens every fold.
  if (window.matchMedia("(max-width: 60rem)").matches) {
    document.querySelectorAll(".menu > .fold").forEach(function (fold) { fold.open = false; });
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (fold) { fold.open = true; });
  });
})();
