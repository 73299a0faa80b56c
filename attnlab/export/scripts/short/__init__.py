"""Scripts as a tutorial would print them."""
