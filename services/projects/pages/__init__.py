"""The pages of projects, on French paths: forms that work without JavaScript, Post/Redirect/Get."""

from shared.web.layout import templates_for

templates = templates_for("services.projects")
