/* Prints the verdict about NEW, for a program that decides whether to roll it out. */
#include <assay.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct assay_options options;
	struct assay *a = NULL;
	struct assay_result *r = NULL;
	int rank = -1;

	assay_options_init(&options);
	if (argc == 3 && assay_open(&options, &a) == ASSAY_OK &&
		assay_diff(a, argv[1], argv[2], &r) == ASSAY_OK) {
		const struct document *d = assay_result_document(r);

		rank = assay_verdict_rank(d);
		printf("%s, probability %.3f\n", assay_verdict_name(d), assay_probability(d));
	} else if (a) {
		fprintf(stderr, "%s\n", assay_error(a));
	}
	assay_result_free(r);
	assay_close(a);
	return rank < 0 ? 2 : rank > 0;
}
