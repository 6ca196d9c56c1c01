"""The work: which record follows from which, the recipe, the fates and the schedule; Celery lives here."""
