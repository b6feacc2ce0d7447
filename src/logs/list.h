/* Every format of logs and inventories, in the order in which they are listed. LOG_FORMAT(x) stands
 * for `log_x`, a `const struct log_format` in one of the files of this folder. With equal scores the
 * earlier one wins, and the other is named. */
LOG_FORMAT(combined)
