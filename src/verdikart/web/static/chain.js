// In the drawing of a chain the arrow keys follow its lines: right to what a box goes into, left to
// what goes into it, up and down within its column. Tab and Enter work without this file.
(function () {
  "use strict";
  var turns = { ArrowRight: 1, ArrowLeft: 1, ArrowUp: 1, ArrowDown: 1 };

  function middle(box) { var r = box.getBoundingClientRect(); return r.top + r.height / 2; }
  function near(box, boxes) {
    var at = middle(box);
    return boxes.sort(function (a, b) { return Math.abs(middle(a) - at) - Math.abs(middle(b) - at); })[0];
  }
  function leads(from, to) { return from.dataset.to.split(" ").indexOf(to.id) >= 0; }

  document.addEventListener("keydown", function (event) {
    var box = event.target.closest && event.target.closest("svg.chain a.step");
    if (!box || !turns[event.key] || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) { return; }
    var boxes = Array.prototype.slice.call(box.ownerSVGElement.querySelectorAll("a.step"));
    var column = boxes.filter(function (b) { return b.dataset.column === box.dataset.column; });
    var place = column.indexOf(box);
    var next = {
      ArrowRight: function () { return near(box, boxes.filter(function (b) { return leads(box, b); })); },
      ArrowLeft: function () { return near(box, boxes.filter(function (b) { return leads(b, box); })); },
      ArrowUp: function () { return column[place - 1]; },
      ArrowDown: function () { return column[place + 1]; }
    }[event.key]();
    event.preventDefault();
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "center" });
    }
  });
})();
