"""What people bring, read without knowing tasks: image sets, tables and texts, each in a package
of its own; `inspection` has the form in which each says what it holds."""
