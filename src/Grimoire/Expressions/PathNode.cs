namespace Grimoire.Expressions;

/// <summary>One step of a path.</summary>
/// <param name="Key">A name, an index (int), or null for a computed one and for a wildcard.</param>
/// <param name="Computed">The expression between the brackets, unless it is a literal.</param>
sealed record PathSegment(int Offset, object? Key, Node? Computed = null)
{
    public bool IsWildcard => Key is null && Computed is null;
}

/// <summary>steps.image.output["images"][0], or the like on any other value.</summary>
/// <param name="root">Null if the path begins at <paramref name="start"/>.</param>
/// <param name="secretive">Whether something secret is in it: then no message quotes what there is.</param>
sealed class PathNode(int offset, string? root, Node? start, IReadOnlyList<PathSegment> segments, bool secretive) : Node(offset)
{
    public string? Root => root;

    public Node? Start => start;

    public IReadOnlyList<PathSegment> Segments => segments;

    public override Value Evaluate(Evaluation evaluation)
    {
        var current = Begin(evaluation);
        for (var i = 0; i < segments.Count && !current.IsMissing; i++)
        {
            var segment = segments[i];
            if (segment.IsWildcard)
            {
                return Spread(current, i, evaluation);
            }

            if (!TryKey(segment, evaluation, out var key, out var missing))
            {
                return missing;
            }

            evaluation.Spend(1, segment.Offset);
            current = TryStep(current, key, out var next) ? next : Missing(i, key, current);
        }

        return current;
    }

    public override void Collect(ReferenceList references, bool guarded)
    {
        if (root is not null)
        {
            List<object?> path = [.. segments.Select(segment => segment.Key).TakeWhile(key => key is not null)];
            if (path.Count < segments.Count)
            {
                path.Add(null);
            }

            references.Add(root, path, guarded, Offset);
        }

        start?.Collect(references, guarded);
        foreach (var segment in segments)
        {
            segment.Computed?.Collect(references, guarded);
        }
    }

    Value Begin(Evaluation evaluation)
    {
        if (root is null)
        {
            return start!.Evaluate(evaluation);
        }

        evaluation.Spend(1, Offset);
        return evaluation.Scope.TryGet(root, out var node)
            ? Value.Of(node)
            : Value.Of(new Missing(Offset, () => MissingText.Root(root, evaluation.Scope.Roots)));
    }

    // Everything that follows a wildcard applies to each element; where it is missing, the element is left out.
    Value Spread(Value container, int wildcard, Evaluation evaluation)
    {
        if (container.Kind is not (ValueKind.Array or ValueKind.Object))
        {
            return Missing(wildcard, null, container);
        }

        List<Value> elements = Children([container], segments[wildcard], evaluation);
        foreach (var segment in segments.Skip(wildcard + 1))
        {
            if (segment.IsWildcard)
            {
                elements = Children(elements, segment, evaluation);
                continue;
            }

            if (!TryKey(segment, evaluation, out var key, out var missing))
            {
                return missing;
            }

            evaluation.Spend(elements.Count, segment.Offset);
            List<Value> found = [];
            foreach (var element in elements)
            {
                if (TryStep(element, key, out var next))
                {
                    found.Add(next);
                }
            }

            elements = found;
        }

        return Value.Of([.. elements]);
    }

    static List<Value> Children(List<Value> containers, PathSegment segment, Evaluation evaluation)
    {
        List<Value> children = [];
        foreach (var container in containers.Where(value => value.Kind is ValueKind.Array or ValueKind.Object))
        {
            evaluation.SpendElements((long)children.Count + container.Count, segment.Offset);
            children.AddRange(container.Items);
        }

        return children;
    }

    static bool TryKey(PathSegment segment, Evaluation evaluation, out object key, out Value missing)
    {
        missing = default;
        key = segment.Key ?? 0;
        if (segment.Computed is null)
        {
            return true;
        }

        var value = segment.Computed.Evaluate(evaluation);
        switch (value.Kind)
        {
            case ValueKind.Missing:
                missing = value;
                return false;
            case ValueKind.Text:
                key = value.Text;
                return true;
            case ValueKind.Number when value.TryGetNumber(out var number) && number.TryGetInteger(out var index):
                key = index;
                return true;
            default:
                var found = value.Kind == ValueKind.Number ? "this number" : value.Article;
                throw evaluation.Error(segment.Offset, $"An index is a whole number or a name, not {found}.");
        }
    }

    static bool TryStep(Value value, object key, out Value next)
    {
        next = default;
        switch (key)
        {
            case string name:
                return value.Kind == ValueKind.Object && value.TryGetMember(name, out next);
            case int index when value.Kind == ValueKind.Array:
                var count = value.Count;
                index = index < 0 ? count + index : index;
                if (index < 0 || index >= count)
                {
                    return false;
                }

                next = value.Element(index);
                return true;
            default:
                return false;
        }
    }

    Value Missing(int at, object? key, Value container) =>
        Value.Of(new Missing(segments[at].Offset, () => MissingText.Part(MissingText.Path(root, segments, at), key, container, secretive)));
}

/// <summary>secret:NAME, config:NAME</summary>
sealed class SettingNode(int offset, string root, string name) : Node(offset)
{
    public override Value Evaluate(Evaluation evaluation)
    {
        evaluation.Spend(1, Offset);
        return evaluation.Scope.TryGet(root, out var node)
            && Value.Of(node) is { Kind: ValueKind.Object } settings
            && settings.TryGetMember(name, out var value)
            ? value
            // Which others there are is nobody's business here.
            : Value.Of(new Missing(Offset, () => $"There is no {root}:{name} here."));
    }

    public override void Collect(ReferenceList references, bool guarded) => references.Add(root, [name], guarded, Offset);
}
