namespace Microsoft.DurableTask;

/// <summary>The name of an orchestrator, activity or entity. Names compare without regard to case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Creates a name; <see langword="null"/> gives the default value.</summary>
    public TaskName(string name) => Name = name;

    /// <summary>The name as text; <see langword="null"/> for the default value.</summary>
    public string Name { get; }

    /// <summary>Always empty. Versions are expressed by <see cref="TaskVersion"/>.</summary>
    [Obsolete("Use TaskVersion for versions.")]
    public string Version => Name is null ? null! : string.Empty;

    public static implicit operator string(TaskName value) => value.Name;

    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new(value);

    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    public override string ToString() => Name;
}
