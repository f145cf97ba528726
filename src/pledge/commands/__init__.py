"""Commands for whoever runs the server, each of which needs the whole house."""
