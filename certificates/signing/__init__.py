"""Electronic signatures: how they are made, taken back and looked at. Only here is pyHanko imported (Part 3.3)."""
