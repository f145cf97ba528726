"""Having a place: claimed, kept, given back, waited for; what people need there, and the letters about it."""
