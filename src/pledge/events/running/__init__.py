"""An organiser’s work: events made and changed, people told, suggestions taken, the door."""
