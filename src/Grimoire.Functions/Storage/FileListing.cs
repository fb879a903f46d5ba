namespace Grimoire.Functions.Storage;

/// <summary>The names below a prefix in ordinal order. Reads only folders that can hold one: from where the prefix leads to, and none that is wholly before the start.</summary>
sealed class FileListing(FileNames names, string prefix, string after)
{
    public IEnumerable<string> Names()
    {
        var parent = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Below(new DirectoryInfo(names.FolderOf(parent)), parent);
    }

    IEnumerable<string> Below(DirectoryInfo folder, string parent)
    {
        foreach (var (name, entry) in Sorted(folder, parent))
        {
            if (!entry.IsFolder)
            {
                yield return name;
                continue;
            }

            foreach (var below in Below(new DirectoryInfo(entry.Path), name))
            {
                yield return below;
            }
        }
    }

    /// <summary>A folder sorts as its name with a slash: "a-b" comes before what is below "a".</summary>
    List<(string Name, FileNames.Entry Entry)> Sorted(DirectoryInfo folder, string parent)
    {
        var sorted = new List<(string Name, FileNames.Entry Entry)>();
        try
        {
            foreach (var entry in FileNames.EntriesOf(folder))
            {
                var name = parent + entry.Segment + (entry.IsFolder ? "/" : "");
                if (CanMatch(name, entry.IsFolder))
                {
                    sorted.Add((name, entry));
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }

        sorted.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return sorted;
    }

    bool CanMatch(string name, bool isFolder)
    {
        var inPrefix = name.StartsWith(prefix, StringComparison.Ordinal) || (isFolder && prefix.StartsWith(name, StringComparison.Ordinal));
        var comesAfter = string.CompareOrdinal(name, after) > 0 || (isFolder && after.StartsWith(name, StringComparison.Ordinal));
        return inPrefix && comesAfter;
    }
}
