namespace Microsoft.DurableTask.Worker;

/// <summary>Adds data of exceptions to the details of failures. Register an implementation as a service.</summary>
public interface IExceptionPropertiesProvider
{
    /// <summary>Gets the data of an exception; null for none.</summary>
    IDictionary<string, object?>? GetExceptionProperties(Exception exception);
}
