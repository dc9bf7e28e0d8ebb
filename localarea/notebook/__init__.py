"""
What a notebook uses: the names of ``import localarea as la``, and the objects they give.

It may know every room but `service` and `cli`. Options, scenarios and verdicts are frozen values
of low rooms, which know neither maps nor tables of a page; the classes here are thin forms of
them with ``to_gdf``, ``plot``, ``explore`` and ``_repr_html_``, so that the rooms below stay free
of all that and take these objects as their own. `localarea/__init__.py` lists the names.
"""
