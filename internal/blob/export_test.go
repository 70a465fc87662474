package blob

// Decoding lets a test take the tokens.
var Decoding = decoding
