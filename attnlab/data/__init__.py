"""What people bring, read without knowing tasks: image sets and tables, each in a package of its
own; what lies at a path is inspected by `attnlab.data.inspecting`."""
