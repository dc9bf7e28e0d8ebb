// What stands around the map: the words until it is drawn, its legend, its list and its table.

const WORDS = {
  map: "Map of the zones",
  waiting: "The map is being drawn.",
  failed: "The map could not be drawn. Load the page again to try once more.",
};

export function make(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export class Frame {
  constructor(element, words, controls) {
    this.words = { ...WORDS, ...words };
    this.controls = { layers: true, search: true, table: true, ...controls };
    this.element = element;
    element.classList.add("la-rmap");
    this.box = make("div", "la-rmap__box");
    this.waiting = make("p", "la-rmap__waiting govuk-body", this.words.waiting);
    this.waiting.setAttribute("role", "status");
    this.box.append(this.waiting);
    element.replaceChildren(this.box);
  }

  /** Return the element of the map itself, in place of the words. */
  start() {
    this.waiting.remove();
    const map = make("div", "la-rmap__map");
    map.setAttribute("role", "region");
    map.setAttribute("aria-label", this.words.map);
    this.box.append(map);
    return map;
  }

  fail() {
    this.waiting.textContent = this.words.failed;
  }
}
