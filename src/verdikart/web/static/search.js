// Suggestions as one types in the search field: a combobox with a list (ARIA 1.2). Without scripts
// the field is a plain form that opens the search page.
(function () {
  "use strict";
  var field = document.getElementById("find");
  var address = document.body.dataset.search;
  if (!field || !address || !window.fetch) { return; }
  var form = field.form;
  var told = document.getElementById("told");
  var list = document.createElement("ul");
  var waiting, asked = "", chosen = -1, number = 0;

  list.id = "find-list";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  list.hidden = true;
  form.append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  function options() { return list.querySelectorAll("[role=option]"); }

  function close() {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    var all = options();
    if (!all.length) { return; }
    chosen = (place + all.length) % all.length;
    all.forEach(function (option, at) { option.setAttribute("aria-selected", String(at === chosen)); });
    field.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function line(kind, text, name) {
    var part = document.createElement(kind);
    part.className = name;
    part.textContent = text;
    return part;
  }

  function show(page) {
    list.textContent = "";
    page.sections.forEach(function (section) {
      if (section.id.indexOf("kind-") !== 0) { return; }
      section.blocks.forEach(function (block) {
        if (block.kind !== "links") { return; }
        block.items.forEach(function (item) {
          var option = document.createElement("li");
          option.id = "find-" + list.childElementCount;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.dataset.href = item.href;
          option.append(line("span", item.text, "name"), line("span", section.title, "kind"));
          if (item.about) { option.append(line("span", item.about, "about")); }
          list.append(option);
        });
      });
    });
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    var any = options().length > 0;
    list.hidden = !any;
    field.setAttribute("aria-expanded", String(any));
    if (told) { told.textContent = page.lead; }
  }

  function ask() {
    var text = field.value.trim();
    if (text === asked && !list.hidden) { return; }
    asked = text;
    number += 1;
    var mine = number;
    if (text.length < 2) { close(); return; }
    fetch(address + ".json?most=8&q=" + encodeURIComponent(text), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (page) {
        if (mine !== number || document.activeElement !== field) { return; }
        if (page) { show(page); } else { close(); }
      })
      .catch(close);
  }

  field.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(ask, 160); });
  field.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { asked = ""; ask(); return; }
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(options()[chosen].dataset.href);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });
  list.addEventListener("mousedown", function (event) { event.preventDefault(); });
  list.addEventListener("click", function (event) {
    var option = event.target.closest("[role=option]");
    if (option) { location.assign(option.dataset.href); }
  });
  field.addEventListener("blur", close);
})();
