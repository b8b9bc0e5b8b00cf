/* SPDX-License-Identifier: GPL-2.0 */
/* Lists and trees as the shared files use them; see kernel.h, which includes this. */
#ifndef SCST_SHIM_LISTS_H
#define SCST_SHIM_LISTS_H

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void list_add_between(struct list_head *entry, struct list_head *prev,
				    struct list_head *next)
{
	entry->next = next;
	entry->prev = prev;
	prev->next = entry;
	next->prev = entry;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	list_add_between(entry, head, head->next);
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	list_add_between(entry, head->prev, head);
}

static inline void list_del(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry(ptr, type, member)	container_of(ptr, type, member)
#define list_for_each_entry(pos, head, member)					\
	for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member);	\
	     &(pos)->member != (head);						\
	     (pos) = list_entry((pos)->member.next, __typeof__(*(pos)), member))
#define list_for_each_entry_safe(pos, tmp, head, member)			\
	for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member),	\
	     (tmp) = list_entry((pos)->member.next, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);						\
	     (pos) = (tmp),							\
	     (tmp) = list_entry((tmp)->member.next, __typeof__(*(tmp)), member))

/*
 * Trees of intervals are only looked into, and nothing of a program puts anything
 * into one: tokens, which do, are the kernel's alone.
 */
struct rb_node {
	struct rb_node *next;
};

struct rb_root {
	struct rb_node *first;
};

struct rb_root_cached {
	struct rb_root rb_root;
};

#define RB_ROOT_CACHED		((struct rb_root_cached){ { NULL } })
#define RB_EMPTY_ROOT(root)	(!(root)->first)

#define INTERVAL_TREE_DEFINE(type, rb, keytype, last, startof, lastof, qualifiers, prefix) \
static type *shim_##prefix##_at(struct rb_node *node)				\
{										\
	return node ? container_of(node, type, rb) : NULL;			\
}										\
										\
static type *shim_##prefix##_match(type *at, keytype from, keytype to)		\
{										\
	while (at && (startof(at) > to || lastof(at) < from))			\
		at = shim_##prefix##_at(at->rb.next);				\
	return at;								\
}										\
										\
qualifiers void prefix##_insert(type *new, struct rb_root_cached *root)		\
{										\
	new->rb.next = root->rb_root.first;					\
	root->rb_root.first = &new->rb;						\
}										\
										\
qualifiers void prefix##_remove(type *old, struct rb_root_cached *root)		\
{										\
	struct rb_node **at = &root->rb_root.first;				\
										\
	while (*at != &old->rb)							\
		at = &(*at)->next;						\
	*at = old->rb.next;							\
}										\
										\
qualifiers type *prefix##_iter_first(struct rb_root_cached *root, keytype from,	\
				     keytype to)				\
{										\
	return shim_##prefix##_match(shim_##prefix##_at(root->rb_root.first), from, to); \
}										\
										\
qualifiers type *prefix##_iter_next(type *at, keytype from, keytype to)		\
{										\
	return shim_##prefix##_match(shim_##prefix##_at(at->rb.next), from, to); \
}

#endif /* SCST_SHIM_LISTS_H */
