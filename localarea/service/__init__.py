"""The web service: pages for officers and a JSON API, as the command line answers."""
