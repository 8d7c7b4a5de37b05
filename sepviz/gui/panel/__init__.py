"""The side panel: every field of a study, declared once in study.params."""
