// Command webbuild makes the console that is embedded in Caracal: types from the
// OpenAPI document, then one script and one style sheet from the sources in
// web/ui. With -check it writes nothing, and fails if what is there is not what
// it would write.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	root := flag.String("root", "../..", "the folder of the module caracal")
	check := flag.Bool("check", false, "compare only")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "webbuild:", err)
		os.Exit(1)
	}
}

// run makes the types before it bundles what imports them.
func run(root string, check bool) error {
	store := write
	if check {
		store = compare
	}
	document, err := os.ReadFile(filepath.Join(root, "web/api/openapi.yaml"))
	if err != nil {
		return err
	}
	types, err := typesOf(document)
	if err != nil {
		return err
	}
	if err := store(filepath.Join(root, "web/ui/src/schema.ts"), types); err != nil {
		return err
	}
	files, err := bundle(filepath.Join(root, "web/ui"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := store(filepath.Join(root, "web/console/bundle", filepath.Base(f.name)), f.content); err != nil {
			return err
		}
	}
	return nil
}

type file struct {
	name    string
	content []byte
}

// bundle returns the files of the console.
func bundle(folder string) ([]file, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	r := api.Build(api.BuildOptions{
		AbsWorkingDir: folder,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "src/main.tsx", OutputPath: "app"},
			{InputPath: "src/style/app.css", OutputPath: "app"},
		},
		NodePaths:         []string{filepath.Join(folder, "vendor")},
		TsconfigRaw:       `{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "preact", "target": "ES2022", "verbatimModuleSyntax": true}}`,
		Outdir:            "bundle",
		Bundle:            true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone, // web/ui/LICENSES is bundled beside it
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
	})
	if len(r.Errors) > 0 {
		return nil, fmt.Errorf("%s", api.FormatMessages(r.Errors, api.FormatMessagesOptions{}))
	}
	var files []file
	for _, out := range r.OutputFiles {
		files = append(files, file{out.Path, out.Contents})
	}
	return plain(folder, files)
}

// plain adds the files that are as they are, and the licences of what is bundled.
func plain(folder string, files []file) ([]file, error) {
	for _, name := range []string{"index.html", "icon.svg"} {
		b, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name, b})
	}
	names, err := filepath.Glob(filepath.Join(folder, "LICENSES", "*.txt"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all bytes.Buffer
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&all, "%s\n\n%s\n", filepath.Base(name), b)
	}
	return append(files, file{"licences.txt", all.Bytes()}), nil
}

func write(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}

func compare(name string, content []byte) error {
	have, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, content) {
		return fmt.Errorf("%s is not what its sources give: run go generate ./web/...", name)
	}
	return nil
}
