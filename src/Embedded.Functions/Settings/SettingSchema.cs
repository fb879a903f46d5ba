namespace Embedded.Functions.Settings;

/// <summary>The settings that one file, or one section, may have: finds those that are unknown, of the wrong shape, or without effect.</summary>
internal sealed class SettingSchema(IReadOnlyList<KnownSetting> settings)
{
    public IReadOnlyList<KnownSetting> Settings { get; } = settings;

    public void Check(SettingSource source, List<SettingProblem> problems)
    {
        if (source.Root.Kind == SettingNodeKind.Value)
        {
            problems.Add(source.Warning("", $"is a group of settings; its own value '{source.Root.Text}' is not looked at"));
        }

        CheckGroup(source, source.Root, "", problems);
    }

    void CheckGroup(SettingSource source, SettingNode group, string prefix, List<SettingProblem> problems)
    {
        CheckNamesOccurOnce(source, group, prefix, problems);
        foreach (SettingNode child in group.Children.Where(child => !child.Name.StartsWith('$')))
        {
            string path = prefix + child.Name;
            if (Settings.FirstOrDefault(setting => setting.Path.Equals(path, StringComparison.OrdinalIgnoreCase)) is { } setting)
            {
                CheckShape(source, child, setting, problems);
            }
            else if (!Settings.Any(setting => setting.Path.StartsWith($"{path}.", StringComparison.OrdinalIgnoreCase)))
            {
                problems.Add(source.Warning(path, $"is not a setting that this host knows{Suggestion(source, child.Name, prefix)}"));
            }
            else if (child.Kind is SettingNodeKind.Value or SettingNodeKind.List)
            {
                problems.Add(source.Error(path, $"must be an object: {{ ... }}; it is {Describe(child)}"));
            }
            else
            {
                CheckGroup(source, child, $"{path}.", problems);
            }
        }
    }

    static void CheckNamesOccurOnce(SettingSource source, SettingNode group, string prefix, List<SettingProblem> problems)
    {
        foreach (var twice in group.Children.GroupBy(child => child.Name, StringComparer.OrdinalIgnoreCase).Where(names => names.Count() > 1))
        {
            problems.Add(source.Warning(prefix + twice.Last().Name, $"is there {twice.Count()} times; the last one counts"));
        }
    }

    static void CheckShape(SettingSource source, SettingNode node, KnownSetting setting, List<SettingProblem> problems)
    {
        switch (setting.Shape)
        {
            case SettingShape.Ignored:
                problems.Add(source.Note(setting.Path, $"has no effect in this host. {setting.Effect}"));
                break;
            case SettingShape.Value when node.Kind is SettingNodeKind.Group or SettingNodeKind.List:
                problems.Add(source.Error(setting.Path, $"must be a single value; it is {Describe(node)}"));
                break;
            case SettingShape.List when node.Kind is SettingNodeKind.Group:
                problems.Add(source.Error(setting.Path, $"must be a list: [ ... ]; it is {Describe(node)}"));
                break;
            case SettingShape.Map when node.Kind is SettingNodeKind.Value or SettingNodeKind.List:
                problems.Add(source.Error(setting.Path, $"must be an object: {{ ... }}; it is {Describe(node)}"));
                break;
            case SettingShape.List or SettingShape.Map:
                CheckNamesOccurOnce(source, node, $"{setting.Path}.", problems);
                problems.AddRange(node.Children.Where(entry => entry.Children.Count > 0 || entry.Kind is SettingNodeKind.Group or SettingNodeKind.List)
                    .Select(entry => source.Error($"{setting.Path}.{entry.Name}", $"must be a single value; it is {Describe(entry)}")));
                break;
        }
    }

    /// <summary>The name that was meant: one at this place, or the same name at its right place.</summary>
    string Suggestion(SettingSource source, string name, string prefix)
    {
        IEnumerable<string> here = Settings
            .Where(setting => setting.Path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(setting => setting.Path[prefix.Length..].Split('.')[0])
            .Distinct();
        string? meant = NearMiss.Find(name, here) is { } near ? prefix + near : FindElsewhere(name);
        return meant is null ? "" : $"; did you mean '{source.PathOf(meant)}'?";
    }

    string? FindElsewhere(string name) => Settings
        .SelectMany(setting => Ancestry(setting.Path))
        .FirstOrDefault(path => path.Split('.')[^1].Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Of a.b.c: a, a.b, a.b.c.</summary>
    static IEnumerable<string> Ancestry(string path)
    {
        string[] names = path.Split('.');
        return Enumerable.Range(1, names.Length).Select(count => string.Join('.', names.Take(count)));
    }

    static string Describe(SettingNode node) => node.Kind switch
    {
        SettingNodeKind.Group => "an object",
        SettingNodeKind.List => "a list",
        SettingNodeKind.Nothing => "null",
        _ => $"'{node.Text}'",
    };
}
