// Draws the charts of a page, in the page's own part and in what is put in later. Each chart can be
// walked by keyboard: arrows go from mark to mark, Enter opens the page behind one.
(function () {
  "use strict";
  var locales = {
    nb: { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0kr"], percent: "\u00a0%", minus: "−" },
    en: { decimal: ".", thousands: ",", grouping: [3], currency: ["NOK\u00a0", ""], minus: "−" }
  };

  function draw(place) {
    var held = document.getElementById(place.id + "-spec");
    if (!held || place.dataset.state) { return; }
    place.dataset.state = "drawing";
    var spec = JSON.parse(held.textContent);
    var name = place.getAttribute("aria-label");
    spec.config = Object.assign({}, spec.config, { font: getComputedStyle(document.body).fontFamily });
    vegaEmbed(place, spec, {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      ast: true,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      formatLocale: locales[document.body.dataset.lang]
    }).then(function () {
      place.dataset.state = "drawn";
      var svg = place.querySelector("svg");
      if (svg) { svg.setAttribute("aria-hidden", "true"); svg.setAttribute("focusable", "false"); }
      // The library names every chart alike; it is to have the page's own name, and, where it can be
      // walked, a role that lets its keys through also while a screen reader is on.
      place.setAttribute("role", document.getElementById(place.id + "-points") ? "application" : "img");
      place.setAttribute("aria-label", name);
      place.removeAttribute("aria-roledescription");
    }, function (error) {
      place.dataset.state = "failed";
      console.error(place.id, error);
    });
    walk(place);
  }

  function walk(place) {
    var held = document.getElementById(place.id + "-points");
    if (!held) { return; }
    var points = JSON.parse(held.textContent);
    var at = -1;
    var shown = document.createElement("p");
    shown.className = "at";
    shown.hidden = true;
    shown.setAttribute("aria-hidden", "true");
    place.after(shown);
    place.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step && points.length) {
        event.preventDefault();
        at = (at + step + points.length) % points.length;
        shown.hidden = false;
        shown.textContent = points[at][0];
        document.getElementById("told").textContent = points[at][0];
      } else if (event.key === "Enter" && at >= 0 && points[at][1]) {
        location.assign(points[at][1]);
      } else if (event.key === "Escape") {
        shown.hidden = true;
        at = -1;
      }
    });
    place.addEventListener("blur", function () { shown.hidden = true; });
  }

  // What the pointer brings up goes away with Escape, without the pointer being moved.
  document.addEventListener("keydown", function (event) {
    var tip = event.key === "Escape" && document.getElementById("vg-tooltip-element");
    if (tip) { tip.classList.remove("visible"); }
  });

  function all(root) { root.querySelectorAll(".chart").forEach(draw); }
  all(document);
  document.addEventListener("verdikart:content", function (event) { all(event.detail); });
})();
