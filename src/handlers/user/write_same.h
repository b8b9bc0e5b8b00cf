/* SPDX-License-Identifier: GPL-2.0 */
/* WRITE SAME that a program wants as WRITEs. */
#ifndef USER_WRITE_SAME_H
#define USER_WRITE_SAME_H

#include "user.h"

int user_ws_start(struct user_cmd *ucmd, u64 list, u16 len);
void user_ws_written(struct user_cmd *child, bool good);
bool user_ws_fill(struct user_cmd *child);

#endif
