"""What people bring, read without knowing tasks: image sets; each kind in a package of its own."""
