"""The one table of keys. Bindings, `?`, hints and the palette are all made from it.

Rules: digits only ever label; letters never label (`x` excepted); a key has the same verb on
every screen; a key in the table does something. `"g h"` is a chord: `g` opens a menu.
"""
