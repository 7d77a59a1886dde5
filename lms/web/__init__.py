"""What every feature's pages share: state of the request, access, forms, formats, security headers."""
