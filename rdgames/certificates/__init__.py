"""WHY IT FOLLOWS: certificates, and the small program that checks them with nothing but whole numbers and fractions."""
