"""What is on: an event, when it is, what people were told of it, which fits whom, and its calendar. No places yet."""
