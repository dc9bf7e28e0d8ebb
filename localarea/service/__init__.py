"""
The web service: pages for officers and a JSON API, as the command line answers.

No method lives here. Start with `app`, which puts it together. `http` is what all requests have in
common, `auth` who asks, `state` what a running service holds, `study` and `files` the work that
pages and the API share, `middleware` and `server` what stands around them.
"""
