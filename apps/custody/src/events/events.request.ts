import { IsIn, IsOptional } from 'class-validator';

export class AtomicQuery {
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly atomic?: 'true' | 'false';
}
