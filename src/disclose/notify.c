/* Whom to tell what, as CSV for the people who write the letters. It names customers. */
#include "disclose/csv_out.h"
#include "disclose/disclose.h"

static const char *advice(const struct scope_customer *c)
{
	if (str_is(c->certainty, "unknown"))
		return "cannot be ruled out: records are missing; look for the release and its traces";
	if (str_is(c->certainty, "possible"))
		return "may have received it: look for the release and its traces";
	if (str_is(c->stage, "beaconed") || str_is(c->stage, "second_stage"))
		return "treat as broken into: isolate, keep the evidence, call your responders";
	if (str_is(c->stage, "executed"))
		return "it ran: take it off, change what the machine could read, look for traces";
	if (str_is(c->stage, "installed"))
		return "it is installed: take it off, look for traces that it ran";
	return "it was delivered: do not install it, delete it, see whether it was installed";
}

static void row(const struct disclosure *d, struct csv_out *c, const struct scope_customer *x,
	size_t *near)
{
	const struct case_customer *k = incident_customer(d, x->id, near);

	csv_cell(c, x->id);
	csv_cell(c, k ? k->name : STR_NONE);
	csv_cell(c, k ? k->country : STR_NONE);
	csv_cell(c, k ? k->industry : STR_NONE);
	csv_cell(c, x->stage);
	csv_cell(c, x->certainty);
	csv_cell(c, x->time_lo);
	csv_cell(c, x->time_hi);
	csv_cell(c, x->exposed_lo);
	csv_cell(c, x->exposed_hi);
	csv_cell_z(c, advice(x));
	csv_row_end(c);
}

bool disclose_notify(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	static const char *const head[] = {"customer", "name", "country", "industry", "stage", "certainty",
		"earliest", "latest", "exposed_from", "exposed_to", "tell"};
	struct csv_out c = {.out = out};
	size_t near = 0;

	if (!d->scope) {
		*ret_why = STR("whom to tell follows from the scope: give it with --scope");
		return false;
	}
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		csv_cell_z(&c, head[i]);
	csv_row_end(&c);
	for (size_t i = 0; i < d->scope->n_customers; i++)
		if (!str_is(d->scope->customers[i].certainty, "not_received"))
			row(d, &c, &d->scope->customers[i], &near);
	return true;
}
