"""
Payments as councils publish them: how much went to local suppliers, and under which option.

`reading` reads files into `Payments`, `addresses` fills in missing postcodes, `standing` looks up
every payment under every boundary, and `document` adds up. Where a postcode is local is decided
below, by `classify`; this room only counts. It keeps no cell of a file but the names of payees,
categories and sizes.
"""
