/* A Go source file: whoever publishes the release chooses every byte. First byte: where OLD ends. */
#include "read/readers.h"
#include "reader_truths.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_truths(&reader_go, "a/main.go", bytes, n);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("", "read/test_go.c", run);
	reader_seed(run, "", "package a\nimport (\n\th \"net/http\"\n\t. \"fmt\"\n\t_ \"embed\"\n\t\"gopkg.in/yaml.v3\"\n)\nconst (\n\tA = iota\n\tB, C = 1, `x`\n)\ntype T struct{ a int }\nfunc (t *T) M(a, b int, c ...string) (int, error) { return t.a, nil }\n");
	reader_seed(run, "", "package a\nfunc init() { for i, v := range []byte{1, 0x2, 'c'} { s += string(v ^ 3); i++ }\n\tfor {\n\t\tselect {\n\t\tcase x, ok := <-c:\n\t\t\tgo f(x)\n\t\tdefault:\n\t\t\tdefer func() { recover() }()\n\t\t}\n\t}\n}\n");
	reader_seed(run, "", "package a\nfunc f(c net.Conn) { switch v := c.(type) { case *net.TCPConn: v.Read(b[:9]); io.ReadFull(c, b); io.Copy(c, r); fmt.Fprintf(c, \"%s%%%5d\", b, 1) }\n\tif x := g(); x == nil && !y { cmd.Stdin = c } else if z { a, b = b, a } else { w -= 1 } }\n");
	reader_seed(run, "package a\nfunc main() {}\n", "package a\nimport \"os/exec\"\nfunc main() { exec.Command(\"sh\", \"-c\", os.Getenv(\"X\")).Run() }\n");
}
