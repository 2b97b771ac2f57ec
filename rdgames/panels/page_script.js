// What ipywidgets leave out, for those who use a keyboard, a screen reader or a click: sliders get the names that stand
// beside them, the sentence is read out when it changes, the map has a description, and a click on it is told to Python.

function nameControls(root) {
  for (const slider of root.querySelectorAll(".widget-slider")) {
    const label = slider.querySelector("label")?.textContent ?? "";
    slider.querySelector(".noUi-handle")?.setAttribute("aria-label", label);
    const readout = slider.querySelector(".widget-readout");
    readout?.setAttribute("role", "textbox");
    readout?.setAttribute("aria-label", `Type a value of ${label}`);
  }
  const sentence = root.querySelector(".rdgames-sentence .widget-html-content");
  sentence?.setAttribute("role", "status");
  sentence?.setAttribute("aria-live", "polite");
}

function describeMap(root, model) {
  const map = root.querySelector("img.rdgames-map");
  if (map) map.alt = model.get("described");
}

function place(event, model) {
  const seen = event.target.getBoundingClientRect();
  const [left, top, breadth, height] = model.get("box");
  const across = ((event.clientX - seen.left) / seen.width - left) / breadth;
  const up = 1 - ((event.clientY - seen.top) / seen.height - top) / height;
  return [across, up];
}

function copyButtons(el, model) {
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const buttons = Object.keys(model.get("calls")).map((title) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(model.get("calls")[title]);
        said.textContent = "Copied.";
      } catch {
        said.textContent = "The browser does not allow copying: select the line above.";
      }
    });
    return button;
  });
  el.classList.add("rdgames-copy");
  el.replaceChildren(...buttons, said);
}

function render({ model, el }) {
  copyButtons(el, model);
  let root = null;
  const clicked = (event) => {
    if (!event.target.matches("img.rdgames-map")) return;
    const [across, up] = place(event, model);
    if (Math.min(across, up) < 0 || Math.max(across, up) > 1) return;
    model.set("clicked", [across, up]);
    model.save_changes();
  };
  // The widgets beside this one appear one by one, before it or after, and get their classes when they have appeared.
  const look = () => {
    if (!root) {
      root = el.closest(".rdgames-explore");
      root?.addEventListener("click", clicked);
    }
    if (root) {
      nameControls(root);
      describeMap(root, model);
    }
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });
  look();
  const described = () => root && describeMap(root, model);
  model.on("change:described", described);
  return () => {
    watcher.disconnect();
    model.off("change:described", described);
    root?.removeEventListener("click", clicked);
  };
}

export default { render };
