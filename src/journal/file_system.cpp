#include "journal/file_system.hpp"

#include "journal/format.hpp"

namespace kontor::journal {

Result<std::unique_ptr<File>> publish_file(FileSystem& files, const std::string& folder,
                                           const std::string& name,
                                           std::span<const std::span<const std::byte>> pieces,
                                           Durability durability) {
  const std::string path = path_in(folder, name);
  const std::string unfinished = path + std::string(kUnfinished);
  TRY(auto file, files.open(unfinished, Access::append_anew));
  for (const auto piece : pieces) TRY_VOID(file->append(piece));
  if (durability == Durability::disk) TRY_VOID(file->sync());
  TRY_VOID(files.rename(unfinished, path));
  if (durability == Durability::disk) TRY_VOID(files.sync_folder(folder));
  return file;
}

}  // namespace kontor::journal
