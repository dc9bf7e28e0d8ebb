// The map that a resident would know. A page makes one with
//   const map = new ResidentMap(element, { dataAddress: "/map/base.json" });
//   await map.ready; map.setZones(["E02004504"]);
// and listens on it for "zone-click" (detail: code, name, lat and lng) and "zone-hover".
import { Canvas } from "./resident/canvas.js";
import { Frame } from "./resident/frame.js";
import { decode, outline } from "./resident/geometry.js";
import { followHands } from "./resident/hands.js";
import { near } from "./resident/pace.js";
import { LOOK, addPatterns } from "./resident/shading.js";

const BOUNDARY = { stroke: LOOK.outline, width: 2 };

export class ResidentMap extends EventTarget {
  /**
   * @param {HTMLElement} element what the map is put into; what it holds until then is replaced.
   * @param {{dataAddress?: string, data?: object, labels?: object, controls?: object}} choices the
   *   address of /map/base.json, with its query if the council is not the service's own, or of
   *   another document of that kind; or the document itself, as `data`; `labels` replaces
   *   words (see resident/frame.js); `controls` leaves out parts ({ layers: false, search: false,
   *   table: false }); `whole` gives the codes of zones to show whole at first, or a promise of them; with
   *   `late` nothing is fetched before the reader is near.
   */
  constructor(element, { dataAddress, data = null, labels = {}, controls = {}, whole = [], late = false }) {
    super();
    this.element = element;
    this.address = new URL(dataAddress ?? "", location.href);
    this.data = data;
    this.inside = new Set();
    this.insideWords = null;
    this.change = { gained: new Set(), lost: new Set() };
    this.outlines = null;
    this.layer = null;
    this.layers = new Map();
    this.selected = null;
    this.frame = new Frame(element, labels, controls);
    this.ready = this.#open(whole, late);
    this.ready.catch(() => this.frame.fail());
  }

  async #fetch(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address.pathname} answered ${answer.status}`);
    return answer.json();
  }

  async #open(whole, late) {
    if (late) await near(this.element);
    this.data ??= await this.#fetch(this.address);
    this.land = await decode(this.data);
    const codes = new Set(await whole);
    this.numbers = new Map(this.land.zones.map(({ code }, at) => [code, at]));
    const box = this.frame.start(this.data, {
      found: (what) => this.#find(what),
      layered: (name) => this.setLayer(name),
    });
    this.fills = addPatterns(this.element);
    const click = (zone, { lat, lng }) => this.#tell("zone-click", zone, { lat, lng });
    this.canvas = await Canvas.open(box, this.data, this.land, {
      click,
      hover: (zone) => this.#tell("zone-hover", zone),
      words: (zone) => this.#wordsOf(zone),
    }, codes);
    followHands(this.canvas, this.land, this.frame, click);
    this.#paint();
    return this;
  }

  #tell(kind, { code, name }, place = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail: { code, name, ...place } }));
  }

  /** The map library's own map, for pages that draw on it. */
  get leaflet() {
    return this.canvas.map;
  }

  #find({ place, code }) {
    if (place) {
      this.canvas.goTo(place);
      return;
    }
    this.fit([code]);
    this.select(code);
    this.#tell("zone-click", this.land.zones[this.numbers.get(code)]);
  }

  /** Fill the zones that belong; `words` say in the legend what to. */
  setZones(codes, words = null) {
    this.inside = new Set(codes);
    this.insideWords = words || this.frame.words.inside;
    this.#paint();
  }

  /** Show what comes in and what goes out, against what is filled. */
  setChange({ gained = [], lost = [] } = {}) {
    this.change = { gained: new Set(gained), lost: new Set(lost) };
    this.#paint();
  }

  /** Draw outlines in place of the boundary: [{ zones, colour, width, dash }], or null. */
  setOutlines(outlines) {
    this.outlines = outlines;
    this.#paint();
  }

  /** Colour the zones by a figure, or with null by what belongs. */
  async setLayer(name) {
    this.wanted = name;
    await this.ready;
    if (name && !this.layers.has(name)) {
      const address = new URL(`layers/${encodeURIComponent(name)}.json`, this.address);
      address.search = this.address.search;
      this.layers.set(name, await this.#fetch(address));
    }
    if (this.wanted !== name) return; // another was chosen meanwhile
    this.layer = name ? this.layers.get(name) : null;
    if (this.frame.chooser) this.frame.chooser.value = name ?? "";
    this.#paint();
  }

  /** Mark one zone, or none with null. */
  select(code) {
    this.selected = code;
    this.canvas?.mark(this.numbers.get(code));
  }

  /** Show some zones whole. */
  fit(codes) {
    this.canvas?.fit(this.#numbersOf(codes));
  }

  /** Whether some zones are all in sight. */
  shows(codes) {
    return this.canvas?.shows(this.#numbersOf(codes)) ?? true;
  }

  #numbersOf(codes) {
    return new Set([...codes].map((code) => this.numbers.get(code)).filter((at) => at !== undefined));
  }

  get #changes() {
    return this.change.gained.size + this.change.lost.size > 0;
  }

  #fillOf({ code }) {
    if (this.layer) {
      const [number] = this.layer.zones[code] ?? [-1];
      return number < 0 ? LOOK.unknown : this.layer.classes[number].colour;
    }
    if (this.change.gained.has(code)) return this.fills.gained;
    if (this.change.lost.has(code)) return this.fills.lost;
    if (!this.inside.has(code)) return LOOK.land;
    return this.#changes ? LOOK.both : LOOK.member;
  }

  #standing(code) {
    const { words } = this.frame;
    if (this.change.gained.has(code)) return words.gained;
    if (this.change.lost.has(code)) return words.lost;
    return this.inside.has(code) ? this.insideWords : words.outside;
  }

  /** What is said of a zone under the pointer. */
  #wordsOf({ code, name, district }) {
    const said = document.createElement("span");
    const bold = document.createElement("b");
    bold.textContent = name;
    const figure = this.layer?.zones[code]?.[1];
    said.append(bold, `, ${district}`, document.createElement("br"));
    said.append(figure ? `${this.layer.heading}: ${figure}` : this.#standing(code));
    return said;
  }

  #explain() {
    const { words } = this.frame;
    if (this.layer) {
      const entries = this.layer.classes.map((one) => [one.colour, one.words]);
      if (this.land.zones.some((zone) => this.#fillOf(zone) === LOOK.unknown)) {
        entries.push([LOOK.unknown, this.layer.unknown]);
      }
      if (this.inside.size && !this.outlines) entries.push(["none", words.boundary, BOUNDARY]);
      this.frame.explain(this.layer.title, entries, this.layer.note);
    } else if (this.#changes) {
      this.frame.explain("", [
        [LOOK.both, words.stays], [this.fills.gained, words.gained], [this.fills.lost, words.lost],
      ]);
    } else {
      const entries = this.inside.size ? [[LOOK.member, this.insideWords, this.outlines ? {} : BOUNDARY]] : [];
      this.frame.explain("", entries);
    }
  }

  #tabulate() {
    const { layer } = this;
    const heads = ["Zone", "District", "Inside?", ...(layer ? [layer.heading] : [])];
    const out = ({ code }) => Number(!this.inside.has(code) && !this.change.gained.has(code));
    const order = (one, other) => out(one) - out(other)
      || one.district.localeCompare(other.district) || one.name.localeCompare(other.name);
    this.frame.tabulate(heads, () => [...this.land.zones].sort(order).map(({ code, name, district }) => [
      name, district, this.#standing(code), ...(layer ? [layer.zones[code]?.[1] ?? ""] : []),
    ]));
  }

  #paint() {
    if (!this.canvas) return;
    this.canvas.fill((zone) => this.#fillOf(zone), { dark: Boolean(this.layer) });
    const lines = (zones) => outline(this.land, this.#numbersOf(zones));
    const { gained, lost } = this.change;
    const after = [...this.inside, ...gained].filter((code) => !lost.has(code));
    this.canvas.bound(lines(this.outlines ? [] : after));
    this.canvas.outline((this.outlines ?? []).map((one) => ({ ...one, lines: lines(one.zones) })));
    this.canvas.mark(this.numbers.get(this.selected));
    this.#explain();
    this.#tabulate();
  }
}
