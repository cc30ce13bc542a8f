"""The formats that can be imported, a file each; the folder is the registry."""
