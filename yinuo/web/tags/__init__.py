"""The tags of the furniture, by what they draw; templatetags/furniture.py gathers them."""
