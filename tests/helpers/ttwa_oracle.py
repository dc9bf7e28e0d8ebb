"""
The method of travel-to-work areas in dictionaries: what the compiled code must agree with.

Written for reading, from the description of the method; it shares no code with the package.
Zones must come as a list in the order that decides between equals.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Flows = dict[tuple[str, str], float]


@dataclass
class Method:
    """The parameters that the oracle knows."""

    min_size: float = 3_500
    target_size: float = 25_000
    min_sc: float = 0.667
    target_sc: float = 0.75
    form: str = "product"
    order: str = "employed_residents"
    dissolution: str = "whole"
    placing: str = "one_by_one"
    reserve: str = "none"
    link: str = "smart"


@dataclass
class Country:
    """Zones, their flows, and the areas they are grouped in."""

    zones: list[str]
    flows: Flows
    method: Method
    outside: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out: dict[str, dict[str, float]] = {z: {} for z in self.zones}
        self.into: dict[str, dict[str, float]] = {z: {} for z in self.zones}
        for (origin, destination), workers in self.flows.items():
            self.out[origin][destination] = self.out[origin].get(destination, 0.0) + workers
            self.into[destination][origin] = self.into[destination].get(origin, 0.0) + workers
        self.residents = {
            z: sum(self.out[z].values()) + self.outside.get(z, 0.0) for z in self.zones
        }
        self.jobs = {z: sum(self.into[z].values()) for z in self.zones}
        self.own = {z: self.out[z].get(z, 0.0) for z in self.zones}
        self.turn = {z: i for i, z in enumerate(self.zones)}
        self.area: dict[str, str | None] = {z: z for z in self.zones}
        self.members: dict[str, set[str]] = {z: {z} for z in self.zones}
        self.resting: set[str] = set()
        self.score = {a: self.validity(self.totals(a)) for a in self.zones}
        self.waiting: list[str] = []

    def totals(self, area: str) -> tuple[float, float, float]:
        """Give the workers who live and work in an area, its residents and its jobs."""
        zones = self.members[area]
        inside = sum(self.out[a].get(b, 0.0) for a in zones for b in self.out[a] if b in zones)
        return inside, sum(self.residents[z] for z in zones), sum(self.jobs[z] for z in zones)

    def validity(self, totals: tuple[float, float, float]) -> float:
        """Score an area by the trade-off between size and self-containment."""
        inside, residents, jobs = totals
        m = self.method
        if residents <= 0 or jobs <= 0:
            return 0.0
        held = min(inside / residents, inside / jobs)
        short = max((m.target_size - residents) / (m.target_size - m.min_size), 0.0)
        if m.form == "product":
            return (
                min(held / m.target_sc, 1.0)
                * (1 - (1 - m.min_sc / m.target_sc) * short)
                * m.target_sc
                / m.min_sc
            )
        value = held / (m.min_sc + min(short, 1.0) * (m.target_sc - m.min_sc))
        if residents < m.min_size:
            return min(value, 1.0) * residents / max(m.min_size, 1.0)
        return value

    def links(self, zone: str, barred: str | None = None) -> dict[str, float]:
        """Give the strength of a zone's link with every area that it has flows with."""
        to: dict[str, float] = {}
        back: dict[str, float] = {}
        for totals, row in ((to, self.out[zone]), (back, self.into[zone])):
            for other, workers in row.items():
                area = self.area[other]
                if area is not None and area != barred and other != zone:
                    totals[area] = totals.get(area, 0.0) + workers
        strength = {}
        for area in to.keys() | back.keys():
            _, residents, jobs = self.sizes[area]
            there, here = to.get(area, 0.0), back.get(area, 0.0)
            value = self.strength(zone, there, here, residents, jobs)
            if value > 0:
                strength[area] = value
        return strength

    def strength(
        self, zone: str, there: float, here: float, residents: float, jobs: float
    ) -> float:
        """Give the strength of one link."""

        def share(part: float, whole: float) -> float:
            return part / whole if whole > 0 else 0.0

        own_residents, own_jobs = self.residents[zone], self.jobs[zone]
        if self.method.link == "smart":
            return share(there * there, own_residents * jobs) + share(
                here * here, residents * own_jobs
            )
        if self.method.link == "four_shares":
            return (share(there, own_residents) + share(there, jobs)) + (
                share(here, residents) + share(here, own_jobs)
            )
        if self.method.link == "own_shares":
            return share(there, own_residents) + share(here, own_jobs)
        return there + here

    def best(self, zone: str, barred: str | None = None) -> tuple[str, float] | None:
        """Find the area a zone is most strongly linked with; size, then turn, break ties."""
        found = self.links(zone, barred)
        if not found:
            return None
        area = max(found, key=lambda a: (found[a], self.sizes[a][1], -self.turn[a]))
        return area, found[area]

    @property
    def sizes(self) -> dict[str, tuple[float, float, float]]:
        """Give the totals of every area, kept up to date by enter and leave."""
        if not hasattr(self, "_sizes"):
            self._sizes = {a: self.totals(a) for a in self.members}
        return self._sizes

    def change(self, zone: str, area: str, sign: int) -> None:
        """Add a zone's part to an area's totals, or take it away."""
        inside, residents, jobs = self.sizes[area]
        shared = self.own[zone]
        for row in (self.out[zone], self.into[zone]):
            shared += sum(w for z, w in row.items() if z != zone and self.area[z] == area)
        self.sizes[area] = (
            inside + sign * shared,
            residents + sign * self.residents[zone],
            jobs + sign * self.jobs[zone],
        )

    def enter(self, zone: str, area: str) -> None:
        """Put a zone into an area."""
        self.change(zone, area, 1)
        self.members.setdefault(area, set()).add(zone)
        self.area[zone] = area
        self.resting.discard(area)
        self.score[area] = self.validity(self.sizes[area])

    def leave(self, zone: str) -> None:
        """Take a zone out of its area."""
        area = self.area[zone]
        assert area is not None
        self.area[zone] = None
        self.change(zone, area, -1)
        self.members[area].discard(zone)
        self.score[area] = self.validity(self.sizes[area])

    def worst(self) -> str | None:
        """Find the area of lowest validity, if it fails."""
        living = [a for a, z in self.members.items() if z and a not in self.resting]
        if not living:
            return None
        area = min(living, key=lambda a: (self.score[a], self.turn[a]))
        return area if self.score[area] < 1 else None

    def crossing(self, zone: str) -> float:
        """Count the workers who leave a zone, and those who enter it from outside its area."""
        area = self.area[zone]
        outside = sum(w for z, w in self.into[zone].items() if z != zone and self.area[z] != area)
        return self.residents[zone] - self.own[zone] + outside

    def in_turn(self, zones: set[str]) -> list[str]:
        """Put zones in the order in which they are placed."""
        if self.method.order == "crossing":
            crossing = {z: self.crossing(z) for z in zones}
            return sorted(zones, key=lambda z: (-crossing[z], -self.residents[z], self.turn[z]))
        sizes = {
            "employed_residents": self.residents,
            "jobs": self.jobs,
            "flows": {z: self.residents[z] + self.jobs[z] - self.own[z] for z in zones},
            "smallest_first": {z: -self.residents[z] for z in zones},
            "strongest_link": self.residents,
        }[self.method.order]
        return sorted(zones, key=lambda z: (-sizes[z], self.turn[z]))

    def dissolve(self, area: str) -> None:  # noqa: C901 -- one page, step by step, to be read beside the docs
        """Empty an area and place its zones."""
        zones = self.in_turn(self.members[area])
        for zone in zones:
            self.area[zone] = None
        self.members[area] = set()
        self.sizes[area] = (0.0, 0.0, 0.0)
        if self.method.order == "strongest_link":
            link = {z: (self.best(z) or ("", 0.0))[1] for z in zones}
            zones.sort(key=lambda z: -link[z])
        if self.method.placing == "together":
            choices = [(z, self.best(z)) for z in zones]
            for zone, choice in choices:
                if choice:
                    self.enter(zone, choice[0])
        moved = True
        while moved:
            moved = False
            for zone in zones:
                choice = self.best(zone) if self.area[zone] is None else None
                if choice:
                    self.enter(zone, choice[0])
                    moved = True
        for zone in zones:
            if self.area[zone] is None:
                self.enter(zone, area)
                self.resting.add(area)
        if self.members[area]:
            self.resting.add(area)

    def send_one(self, area: str) -> None:
        """Let the first zone of an area go."""
        zones = self.in_turn(self.members[area])
        zone = zones[0]
        if self.method.order == "strongest_link":
            link = {z: (self.best(z, area) or ("", 0.0))[1] for z in zones}
            zone = max(zones, key=lambda z: (link[z], -zones.index(z)))
        choice = self.best(zone, area)
        waits = self.method.reserve != "none" and (choice is None or self.falls(zone, choice[0]))
        if waits:
            self.leave(zone)
            self.waiting.append(zone)
        elif choice is None:
            self.resting.add(area)
        else:
            self.leave(zone)
            self.enter(zone, choice[0])

    def goes_on(self, area: str) -> bool:
        """Tell whether an area that loses its zones one by one has not come to an end."""
        return bool(self.members[area]) and area not in self.resting and self.score[area] < 1

    def falls(self, zone: str, area: str) -> bool:
        """Tell whether a zone would lower an area's validity."""
        held, before = self.sizes[area], self.score[area]
        self.change(zone, area, 1)
        after = self.validity(self.sizes[area])
        self.sizes[area] = held
        return after < before

    def run(self) -> dict[str, str | None]:
        """Dissolve until every area is valid; give the area of each zone."""
        while (area := self.worst()) is not None:
            if self.method.dissolution == "whole":
                self.dissolve(area)
            else:
                self.send_one(area)
                while self.method.dissolution == "zone_by_zone" and self.goes_on(area):
                    self.send_one(area)
        if self.method.reserve == "by_code_descending":
            self.waiting.sort(reverse=True)
        moved = True
        while moved:
            moved = False
            for zone in self.waiting:
                choice = self.best(zone) if self.area[zone] is None else None
                if choice:
                    self.enter(zone, choice[0])
                    moved = True
        for zone in self.waiting:
            if self.area[zone] is None:
                choice = self.best(zone)
                self.enter(zone, choice[0] if choice else self.free_name(zone))
        return self.area

    def free_name(self, zone: str) -> str:
        """Find the name of an area that no longer exists, the zone's own if possible."""
        at = self.turn[zone]
        while self.members.get(self.zones[at]):
            at = (at + 1) % len(self.zones)
        return self.zones[at]
