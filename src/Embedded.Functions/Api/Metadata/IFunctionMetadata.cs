namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>A function as a Functions host is told of it.</summary>
public interface IFunctionMetadata
{
    string? FunctionId { get; }

    bool IsProxy { get; }

    string? Language { get; }

    bool ManagedDependencyEnabled { get; }

    string? Name { get; }

    /// <summary>The full name of the function's method: namespace, class and method.</summary>
    string? EntryPoint { get; }

    /// <summary>The bindings, each as JSON.</summary>
    IList<string>? RawBindings { get; }

    /// <summary>The file name of the function's assembly.</summary>
    string? ScriptFile { get; }

    IRetryOptions? Retry { get; }
}
