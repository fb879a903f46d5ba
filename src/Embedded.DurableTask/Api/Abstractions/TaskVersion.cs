namespace Microsoft.DurableTask;

/// <summary>The version of an orchestrator or activity. Versions compare without regard to case.</summary>
public readonly struct TaskVersion : IEquatable<TaskVersion>
{
    /// <summary>The version of tasks which carry none; equal to the default value and to the empty version.</summary>
    public static readonly TaskVersion Unversioned;

    private readonly string? _version;

    /// <summary>Creates a version. Null and empty mean unversioned; a string of mere white space is refused.</summary>
    public TaskVersion(string? version)
    {
        Check.Argument(
            string.IsNullOrEmpty(version) || !string.IsNullOrWhiteSpace(version),
            nameof(version),
            "A version must not consist of white space only. Use TaskVersion.Unversioned for tasks without a version.");
        _version = version;
    }

    /// <summary>The version as text, empty when unversioned; never null.</summary>
    public string Version => _version ?? string.Empty;

    public static implicit operator string(TaskVersion value) => value.Version;

    public static implicit operator TaskVersion(string? value) => new(value);

    public static bool operator ==(TaskVersion a, TaskVersion b) => a.Equals(b);

    public static bool operator !=(TaskVersion a, TaskVersion b) => !a.Equals(b);

    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);
}
