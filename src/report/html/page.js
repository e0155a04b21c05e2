// Search in place. Without it the page has everything, and its filters work by style alone.
"use strict";
(() => {
  const box = document.getElementById("q");
  const items = [...document.querySelectorAll(".item")].map((element) => {
    const group = element.closest(".group");
    const heading = group ? group.querySelector("h2").textContent : "";
    return { element, group, text: (heading + " " + element.textContent).toLowerCase() };
  });
  const groups = [...new Set(items.map((item) => item.group))].filter(Boolean);
  const drawers = [...document.querySelectorAll("details.kept")];
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");

  const chosen = () => document.querySelector("input[name=show]:checked").value;
  const shown = (item, kind, words) =>
    (kind === "all" || item.element.dataset.kinds.split(" ").includes(kind)) &&
    words.every((word) => item.text.includes(word));

  const narrow = () => {
    const kind = chosen();
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const full = new Set();
    let left = 0;
    for (const item of items) {
      const hit = shown(item, kind, words);
      item.element.hidden = !hit;
      if (hit) {
        left += 1;
        full.add(item.group);
      }
    }
    for (const group of groups) group.hidden = !full.has(group);
    for (const drawer of drawers) {
      const hits = drawer.querySelector(".item:not([hidden])") !== null;
      drawer.hidden = !hits;
      if (hits && (words.length > 0 || kind === "kept")) drawer.open = true;
    }
    nothing.hidden = left > 0 || items.length === 0;
    count.textContent = left === 1 ? "1 is shown" : left + " are shown";
  };

  box.closest("[hidden]").hidden = false;
  box.addEventListener("input", narrow);
  for (const radio of document.querySelectorAll("input[name=show]")) radio.addEventListener("change", narrow);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      narrow();
    }
  });
  // A browser that comes back may have kept what was typed.
  narrow();
})();
