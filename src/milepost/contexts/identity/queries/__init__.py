"""The statements of identity, a module for each noun; one function, one statement."""
