namespace Microsoft.DurableTask;

/// <summary>Key of a registration: name and version, both compared without regard to case.</summary>
internal readonly record struct TaskVersionKey
{
    public TaskVersionKey(TaskName name, TaskVersion version)
    {
        Name = Check.NotNullOrEmpty(name.Name, nameof(name));
        Version = version.Version;
    }

    public string Name { get; }

    /// <summary>Empty for an unversioned registration.</summary>
    public string Version { get; }

    public bool IsVersioned => Version.Length > 0;

    public bool Equals(TaskVersionKey other)
        => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase)
            && string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Name, StringComparer.OrdinalIgnoreCase);
        hash.Add(Version, StringComparer.OrdinalIgnoreCase);
        return hash.ToHashCode();
    }
}
