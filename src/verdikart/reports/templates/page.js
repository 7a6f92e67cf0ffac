(function () {
  "use strict";
  var locales = JSON.parse(document.getElementById("locales").textContent);
  var switches = Array.prototype.slice.call(document.querySelectorAll("input.switch"));

  function draw(half) {
    half.querySelectorAll(".chart:not([data-state])").forEach(function (place) {
      var spec = JSON.parse(document.getElementById(place.id + "-spec").textContent);
      place.dataset.state = "drawing";
      vegaEmbed(place, spec, {
        mode: "vega-lite",
        renderer: "svg",
        actions: false,
        defaultStyle: false,
        formatLocale: locales[half.lang]
      }).then(function () { place.dataset.state = "drawn"; }, function (error) {
        place.dataset.state = "failed";
        console.error(place.id, error);
      });
    });
  }

  function show(input) {
    document.documentElement.lang = input.value;
    document.title = input.dataset.title;
    draw(document.getElementById(input.value));
  }

  function follow() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    var half = target && target.closest(".half");
    var input = half && document.getElementById("show-" + half.lang);
    var folded = target && target.tagName === "DETAILS" && !target.open;
    if (folded) { target.open = true; }
    if (input && !input.checked) {
      input.checked = true;
      show(input);
      target.scrollIntoView();
    }
  }

  switches.forEach(function (input) {
    input.addEventListener("change", function () { if (input.checked) { show(input); } });
    if (input.checked) { show(input); }
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
  if (window.matchMedia("(max-width: 40rem)").matches) {
    document.querySelectorAll("details.guide").forEach(function (d) { d.open = false; });
  }
  follow();
})();
