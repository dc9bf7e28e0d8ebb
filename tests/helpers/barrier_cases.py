"""
What axe-core finds in a page, asked once of each thing that pages have in common.

A run looks at some two hundred pages and states of pages, most of which is the same header, the
same form or one more row of a table. So each element has a *shape*: its tag, its attributes, how
it is painted, what is inside it, and all of that of whatever it is inside of. An element of a
shape that was found to be well in this process is not asked after again. Of texts a shape holds
only whether there are any, of references only where they lead. Rules that rest on where things
lie are asked of everything, on every page and at every width.

axe-core knows nothing of what is cut off at an edge. The drawing of a map reaches far beyond its
box: of whatever it would cover on the page the contrast was left open, and what axe-core leaves
open is no finding. So it is taken out meanwhile, as far as no rule asks anything of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What hangs on sizes, places and neighbours, of which a shape says nothing.
_LAYOUT: Final = ["target-size", "scrollable-region-focusable", "link-in-text-block"]
_well: set[str] = set()


def barriers(page: Page) -> list[str]:
    """Give what axe-core finds against WCAG 2.2 AA, and names that stand for two things."""
    page.evaluate(_TAKE_OUT)
    try:
        return _barriers(page)
    finally:
        page.evaluate(_PUT_BACK)


def _barriers(page: Page) -> list[str]:
    shapes, twice, has_axe = page.evaluate(_SHAPES)
    new, known = _told_apart(shapes, _well)
    rules = {"type": "tag", "values": _WCAG} if new else {"type": "rule", "values": _LAYOUT}
    if not has_axe:  # half a megabyte, once for each page that is opened
        from axe_playwright_python.sync_playwright import Axe

        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(_AXE, [rules, _LAYOUT, known])
    if not found:
        _well.update(new)
    return found + [f"twice: {name}" for name in twice]


def _told_apart(shapes: str, well: set[str]) -> tuple[list[str], list[list[int]]]:
    """
    Give the shapes that are new, and from where to where elements are known.

    Elements come in the order of the page, each with how many it is made of, itself counted. The
    first of several that are alike is new, and the others are known by it.
    """
    listed = [one.split(":") for one in shapes.split()]
    new: dict[str, None] = {}
    known: list[list[int]] = []
    at = 0
    while at < len(listed):
        shape, size = listed[at]
        if shape in well or shape in new:
            known.append([at, at + int(size)])
            at += int(size)
        else:
            new[shape] = None
            at += 1
    return list(new), known


# A drawing that lies over others is taken out, unless it says something to a reader: one that holds
# its place among its neighbours stays, for their distances are asked after. So are the hundreds of
# names that a browser may offer beneath a field, which are no part of the page and are not shown.
_TAKE_OUT: Final = """() => {
  const meant = 'text, title, desc, a, style, script, foreignObject, image, [id], [role], [lang], '
    + '[tabindex]:not([tabindex="-1"]), :focus';
  const tells = one => one.matches(meant)
    || one.getAttributeNames().some(name => name.startsWith('aria-'));
  const afloat = one => getComputedStyle(one).position === 'absolute'
    && ![one, ...one.querySelectorAll('*')].some(tells);
  const within = 'a *, button *, summary *, [aria-hidden=true] *';  // where a focus is a fault
  const drawings = [...document.querySelectorAll('svg, canvas')].filter(
    one => !one.ownerSVGElement && !one.matches(within) && afloat(one));
  const offered = [...document.querySelectorAll('datalist > *')].filter(one => !tells(one));
  window.takenOut = [...drawings, ...offered].map(one => {
    const place = [one, one.parentNode, one.nextSibling];
    one.remove();
    return place;
  });
}"""
_PUT_BACK: Final = """() => {
  for (const [one, parent, next] of (window.takenOut ?? []).reverse()) {
    parent.insertBefore(one, next?.parentNode === parent ? next : null);
  }
}"""
# Small text is held to more contrast: what was small at one width counts as small at all.
_SHAPES: Final = """() => {
  const hash = text => {
    let one = 0xdeadbeef, two = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      one = Math.imul(one ^ code, 2654435761);
      two = Math.imul(two ^ code, 1597334677);
    }
    one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
    two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
    return (two >>> 0).toString(36) + '.' + (one >>> 0).toString(36);
  };
  const kind = text => {
    const told = text.trim();
    return told.length < 2 ? told && 'letter' : isNaN(told) ? 'text' : 'number';
  };
  const kept = new RegExp('^(class|role|type|lang|dir|scope|rel|target|autocomplete|tabindex|open|'
    + 'hidden|inert|contenteditable|aria-(?!label$|description$|value|placeholder|role))');
  const leads = new RegExp('^(for|form|list|headers|usemap|aria-(labelledby|describedby|controls|'
    + 'owns|activedescendant|details|errormessage|flowto))$');
  const end = name => {
    const found = document.getElementById(name.replace(/^#/, ''));
    return found ? `${found.localName}(${kind(found.textContent)})` : 'nowhere';
  };
  const told = (name, value) => leads.test(name) ? value.split(/\\s+/).map(end).join('+')
    : kept.test(name) ? value : kind(value);
  const small = window.smallOnce ??= new WeakSet();
  const painted = one => {
    const style = getComputedStyle(one);
    const size = parseFloat(style.fontSize), bold = style.fontWeight >= 700;
    if (size < (bold ? 18.66 : 24)) small.add(one);
    return [style.color, style.backgroundColor, style.backgroundImage === 'none', style.opacity,
      small.has(one)].join();
  };
  const itself = one => {
    const parts = [one.localName];
    for (const { name, value } of one.attributes) parts.push(`${name}=${told(name, value)}`);
    let text = '';
    for (const each of one.childNodes) if (each.nodeType === Node.TEXT_NODE) text += each.data;
    parts.push(kind(text));
    for (const label of one.labels ?? []) parts.push(`label:${kind(label.textContent)}`);
    if (!one.checkVisibility({ visibilityProperty: true })) parts.push('not shown');
    else if (text.trim() || one instanceof HTMLElement) parts.push(painted(one));
    return parts.join(' ');
  };
  const all = window.inOrder = [], shapes = [];
  const visit = (one, above) => {
    const at = all.push(one) - 1, here = itself(one), chain = hash(above + here);
    const made = hash([here, ...[...one.children].map(child => visit(child, chain))].join());
    shapes[at] = `${hash(above + made)}:${all.length - at}`;
    return made;
  };
  const head = [...document.head.querySelectorAll('title, meta')].map(itself);
  visit(document.body, hash([document.documentElement.lang, ...head].join()));
  const names = [...document.querySelectorAll('[id]')].map(one => one.id).sort();
  const twice = new Set(names.filter((name, at) => name === names[at - 1]));
  return [shapes.join(' '), [...twice], 'axe' in window];
}"""
# Without resultTypes, the page says at length what is well, too. Of each element axe-core asks what
# may put it before or behind another, some fifteen properties, and pages with a map have thousands:
# what is not rendered, and the parts of a picture, are taken to lie as they come.
_AXE: Final = """async ([runOnly, layout, known]) => {
  const flat = Object.entries({
    position: 'static', 'z-index': 'auto', '-webkit-transform': 'none', 'mix-blend-mode': 'normal',
    filter: 'none', perspective: 'none', '-webkit-mask': 'none', '-webkit-mask-image': 'none',
    '-webkit-mask-border': 'none', 'mask-border': '', isolation: 'auto', 'will-change': 'auto',
    '-webkit-overflow-scrolling': '', contain: 'none', float: 'none',
  });
  const flatten = (node, inside) => {
    const one = node.actualNode;
    if (one.nodeType !== Node.ELEMENT_NODE) return;
    inside ||= Boolean(one.ownerSVGElement) || !one.checkVisibility();
    if (inside) for (const [name, value] of flat) node._cache['computedStyle_' + name] = value;
    for (const child of node.children) flatten(child, inside);
  };
  let flattened = false;
  const left = new Set(known.flatMap(([from, to]) => window.inOrder.slice(from, to)));
  const kept = rule => node => layout.includes(rule.id) || !left.has(node.actualNode);
  for (const rule of axe._audit.rules) {
    const { gather } = Object.getPrototypeOf(rule);
    rule.gather = (context, ...how) => {
      if (!flattened) context.flatTree.forEach(top => flatten(top, false));
      flattened = true;
      return gather.call(rule, context, ...how).filter(kept(rule));
    };
  }
  const found = await axe.run(document, { runOnly, resultTypes: ['violations'] });
  return found.violations.map(one => `${one.id}: ${one.nodes[0].html}`);
}"""
