using System.Globalization;

namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>A function as a provider describes it.</summary>
public class DefaultFunctionMetadata : IFunctionMetadata
{
    string? _id;
    string? _name;
    string? _entryPoint;
    string? _scriptFile;

    /// <summary>Follows from the name, the script file and the entry point; <see langword="null"/> as long as none of them is set.</summary>
    public string? FunctionId => _id ??= Identify();

    public bool IsProxy { get; set; }

    public string? Language { get; set; }

    public bool ManagedDependencyEnabled { get; set; }

    public string? Name
    {
        get => _name;
        set => Change(ref _name, value);
    }

    public string? EntryPoint
    {
        get => _entryPoint;
        set => Change(ref _entryPoint, value);
    }

    public IList<string>? RawBindings { get; set; }

    public string? ScriptFile
    {
        get => _scriptFile;
        set => Change(ref _scriptFile, value);
    }

    public IRetryOptions? Retry { get; set; }

    void Change(ref string? field, string? value)
    {
        field = value;
        _id = null;
    }

    // The id is compared with ids that other hosts computed, so the arithmetic is given.
    string? Identify()
    {
        string?[] parts = [Name, ScriptFile, EntryPoint];
        return parts.All(part => part is null)
            ? null
            : parts.OfType<string>().Aggregate(17u, (id, part) => Combine(id, Hash(part))).ToString(CultureInfo.InvariantCulture);
    }

    static uint Hash(string text) => text.Aggregate(23u, (hash, character) => Combine(hash, character));

    static uint Combine(uint hash, uint next) => unchecked((hash * 31) + next);
}
