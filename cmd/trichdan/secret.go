package main

import (
	"fmt"
	"os"
	"strings"
)

// secret reads a secret from the environment variable name, or from the file
// that name_FILE names, as containers give them. problem says what is wrong
// with the two, "" if nothing is; then the secret may still be missing.
func secret(name string) (value, problem string) {
	value, path := os.Getenv(name), os.Getenv(name+"_FILE")
	switch {
	case value != "" && path != "":
		return "", fmt.Sprintf("%s and %s_FILE are both set: keep one of them", name, name)
	case path != "":
		b, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Sprintf("%s_FILE: %v: give the file that holds the token, or set %s", name, err, name)
		}
		if value = strings.TrimSpace(string(b)); value == "" {
			return "", fmt.Sprintf("%s_FILE: %s is empty: write the token into it", name, path)
		}
	}
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, " \t\r\n\x00") {
		return "", fmt.Sprintf("%s has a space or a line break in it: copy the token again", name)
	}
	return value, ""
}
