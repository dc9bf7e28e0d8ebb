// The map that a resident would know. A page makes one with
//   const map = new ResidentMap(element, { dataAddress: "/map/base.json" });
//   await map.ready; map.setZones(["E02004504"]);
// and listens on it for "zone-click" and "zone-hover" (detail: code and name).
import { decode, outline } from "./resident/geometry.js";
import { Frame } from "./resident/frame.js";
import { LOOK, addPatterns } from "./resident/shading.js";
import { openLeaflet } from "./resident/canvas.js";

export class ResidentMap extends EventTarget {
  /**
   * @param {HTMLElement} element what the map is put into; what it holds until then is replaced.
   * @param {{dataAddress: string, labels?: object, controls?: object}} choices the address of
   *   /map/base.json, with its query if the council is not the service's own; `labels` replaces
   *   words (see resident/frame.js); `controls` leaves out parts ({ layers: false, search: false,
   *   table: false }).
   */
  constructor(element, { dataAddress, labels = {}, controls = {} }) {
    super();
    this.element = element;
    this.address = new URL(dataAddress, location.href);
    this.inside = new Set();
    this.change = { gained: new Set(), lost: new Set() };
    this.layer = null;
    this.selected = null;
    this.frame = new Frame(element, labels, controls);
    this.ready = this.#open().catch((fault) => {
      this.frame.fail();
      throw fault;
    });
    this.ready.catch(() => {}); // a page that does not wait is told by the words on the map
  }

  async #open() {
    const answer = await fetch(this.address);
    if (!answer.ok) throw new Error(`the map's data answered ${answer.status}`);
    this.data = await answer.json();
    this.land = decode(this.data);
    this.numbers = new Map(this.land.zones.map(({ code }, at) => [code, at]));
    const box = this.frame.start();
    this.fills = addPatterns(this.element);
    this.drawn = openLeaflet(box, this.data, this.land, {
      click: (zone) => this.#tell("zone-click", zone),
      hover: (zone) => this.#hover(zone),
    });
    this.#paint();
    return this;
  }

  #tell(kind, zone) {
    this.dispatchEvent(new CustomEvent(kind, { detail: { code: zone.code, name: zone.name } }));
  }

  #hover(zone) {
    if (zone) this.#tell("zone-hover", zone);
  }

  /** Fill the zones that belong. */
  setZones(codes) {
    this.inside = new Set(codes);
    if (this.drawn) this.#paint();
  }

  /** Show what comes in and what goes out, against what is filled. */
  setChange({ gained = [], lost = [] } = {}) {
    this.change = { gained: new Set(gained), lost: new Set(lost) };
    if (this.drawn) this.#paint();
  }

  /** Colour the zones by a figure, or with null by what belongs. */
  async setLayer(name) {
    this.layer = name;
    await this.ready;
    this.#paint();
  }

  /** Mark one zone, or none with null. */
  select(code) {
    this.selected = code;
    if (this.drawn) this.drawn.mark(this.numbers.get(code));
  }

  /** Show some zones whole. */
  fit(codes) {
    if (this.drawn) this.drawn.fit(this.#numbersOf(codes));
  }

  #numbersOf(codes) {
    return new Set([...codes].map((code) => this.numbers.get(code)).filter((at) => at !== undefined));
  }

  #fillOf({ code }) {
    const { gained, lost } = this.change;
    if (gained.has(code)) return this.fills.gained;
    if (lost.has(code)) return this.fills.lost;
    if (!this.inside.has(code)) return LOOK.land;
    return gained.size || lost.size ? LOOK.both : LOOK.member;
  }

  #paint() {
    this.drawn.fill((zone) => this.#fillOf(zone));
    this.drawn.bound(outline(this.land, this.#numbersOf(this.inside)));
    this.drawn.mark(this.numbers.get(this.selected));
  }
}
