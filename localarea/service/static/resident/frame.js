// What stands around the map: the words until it is drawn, its list, its legend and its table.
import { swatch } from "./shading.js";

const WORDS = {
  map: "Map of the zones",
  waiting: "The map is being drawn.",
  failed: "The map could not be drawn. Load the page again to try once more.",
  find: "Find a town or zone",
  none: "No town or zone on the map has this name. A postcode is found under Check a postcode.",
  colour: "Colour the zones by",
  plain: "What is inside the boundary",
  table: "The map as a table",
  inside: "Inside the boundary",
  outside: "Outside",
  stays: "Inside, and stays inside",
  gained: "Comes in",
  lost: "Goes out",
  boundary: "The boundary",
};
const LAYERS = ["commuting", "minutes", "agreement", "firmness", "firms"];
let made = 0;

export function make(name, className = "", text = "") {
  const built = document.createElement(name);
  if (className) built.className = className;
  if (text) built.textContent = text;
  return built;
}

function labelled(name, className, text, control) {
  const group = make("div", `la-rmap__control ${name}`);
  const label = make("label", "govuk-label govuk-!-font-weight-bold", text);
  label.htmlFor = control.id;
  control.className = className;
  group.append(label, control);
  return group;
}

function legendRow(sample, words) {
  const row = make("li", "la-rmap__key");
  row.append(sample, make("span", "", words));
  return row;
}

export class Frame {
  constructor(element, words, controls) {
    made += 1;
    this.id = `la-rmap-${made}`;
    this.words = { ...WORDS, ...words };
    this.controls = { layers: true, search: true, table: true, ...controls };
    this.element = element;
    element.classList.add("la-rmap");
    this.waiting = make("p", "la-rmap__waiting govuk-body", this.words.waiting);
    this.waiting.setAttribute("role", "status");
    // A page may have kept its place already; what stands in for the rest gives way with it.
    this.box = element.querySelector(".la-rmap__box");
    if (this.box) return;
    this.box = make("div", "la-rmap__box");
    this.box.append(this.waiting);
    element.replaceChildren(this.box);
  }

  /** Put everything around the map, and return the element of the map itself. */
  start(data, { found, layered }) {
    const map = make("div", "la-rmap__map");
    map.setAttribute("role", "region");
    map.setAttribute("aria-label", `${this.words.map}. Arrow keys move it, plus and minus zoom, Enter chooses the zone at the cross.`);
    const north = make("p", "la-rmap__north", "N");
    north.title = "North is up";
    this.hint = make("p", "la-rmap__hint");
    this.box.replaceChildren(map, north, make("span", "la-rmap__cross"), this.hint);
    const bar = make("div", "la-rmap__bar la-no-print");
    if (this.controls.search) bar.append(this.#search(data, found));
    if (this.controls.layers) bar.append(this.#layers(data, layered));
    this.element.replaceChildren(...(bar.children.length ? [bar] : []), this.box);
    this.legend = make("ul", "la-rmap__legend govuk-list");
    this.note = make("p", "govuk-body-s la-rmap__note");
    this.element.append(this.legend, this.note);
    if (this.controls.table) this.element.append(this.#tableOf());
    return map;
  }

  fail() {
    this.waiting.textContent = this.words.failed;
    if (!this.waiting.isConnected) this.box.replaceChildren(this.waiting);
  }

  #search(data, found) {
    const box = make("input");
    box.id = `${this.id}-find`;
    box.autocomplete = "off";
    const list = make("datalist");
    list.id = `${this.id}-list`;
    const told = make("p", "la-rmap__told govuk-body-s");
    told.setAttribute("role", "status");
    const wanted = new Map();
    for (const [name, size, lat, lng] of data.places) {
      if (size) wanted.set(name, { place: [lat, lng] });
    }
    for (const [code, name, district] of data.zones) {
      wanted.set(`${name}, ${data.districts[district][1]} (zone)`, { code });
    }
    list.append(...[...wanted.keys()].map((name) => {
      const option = make("option");
      option.value = name;
      return option;
    }));
    box.setAttribute("list", list.id);
    const take = () => {
      const said = box.value.trim().toLowerCase();
      const exact = [...wanted.keys()].find((name) => name.toLowerCase() === said);
      told.textContent = "";
      if (exact) found(wanted.get(exact));
      return Boolean(exact);
    };
    box.addEventListener("input", take);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // it may stand in a form
      const said = box.value.trim().toLowerCase();
      if (!said || take()) return;
      const names = [...wanted.keys()].map((name) => [name, name.toLowerCase()]);
      const near = names.find(([, name]) => name.startsWith(said)) ?? names.find(([, name]) => name.includes(said));
      if (near) found(wanted.get(near[0]));
      else told.textContent = this.words.none;
    });
    const group = labelled("la-rmap__find", "govuk-input", this.words.find, box);
    group.append(list, told);
    return group;
  }

  #layers(data, layered) {
    const select = make("select");
    select.id = `${this.id}-layer`;
    const names = data.layers ?? Object.fromEntries(LAYERS.map((name) => [name, name]));
    const all = [["", this.words.plain], ...Object.entries(names)];
    for (const [value, text] of all) {
      const option = make("option", "", text);
      option.value = value;
      select.append(option);
    }
    select.addEventListener("change", () => layered(select.value || null));
    this.chooser = select;
    return labelled("la-rmap__layer", "govuk-select", this.words.colour, select);
  }

  #tableOf() {
    const details = make("details", "govuk-details la-no-print");
    const summary = make("summary", "govuk-details__summary");
    summary.append(make("span", "govuk-details__summary-text", this.words.table));
    this.rows = make("div", "govuk-details__text la-rmap__rows");
    this.rows.tabIndex = 0;
    this.rows.setAttribute("role", "region");
    this.rows.setAttribute("aria-label", this.words.table);
    details.append(summary, this.rows);
    details.addEventListener("toggle", () => this.#fillTable());
    this.details = details;
    return details;
  }

  /** Say what the colours mean; `entries` are fill and words. */
  explain(title, entries, note = "") {
    const head = title ? [make("li", "la-rmap__title", title)] : [];
    this.legend.replaceChildren(...head, ...entries.map(([fill, words, look]) => legendRow(swatch(fill, look), words)));
    this.note.textContent = note;
    this.note.hidden = !note;
  }

  /** Keep the rows of the table: heads, and one list of cells for each zone. */
  tabulate(heads, rows) {
    this.pending = { heads, rows };
    if (this.details?.open) this.#fillTable();
  }

  #fillTable() {
    if (!this.details.open || !this.pending) return;
    const { heads, rows } = this.pending;
    const table = make("table", "govuk-table govuk-table--small-text-until-tablet");
    table.append(make("caption", "govuk-visually-hidden", this.words.table));
    const head = table.createTHead().insertRow();
    heads.forEach((text) => {
      const cell = make("th", "govuk-table__header", text);
      cell.scope = "col";
      head.append(cell);
    });
    const body = table.createTBody();
    for (const [name, ...cells] of rows()) {
      const row = body.insertRow();
      const first = make("th", "govuk-table__header la-plain", name);
      first.scope = "row";
      row.append(first, ...cells.map((text) => make("td", "govuk-table__cell", text)));
    }
    this.rows.replaceChildren(table);
  }

  /** Say for a moment how the map is moved. */
  advise(words) {
    this.hint.textContent = words;
    this.hint.classList.add("la-rmap__hint--on");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => this.hint.classList.remove("la-rmap__hint--on"), 1600);
  }
}
